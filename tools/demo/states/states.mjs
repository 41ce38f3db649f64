// The page of states: shows one story at a time, on the element's own network calls.
//
// The address chooses: `/states#review`, `/states#review/ar`. When the state is there, `data-ready` of the page says so.

import { ANSWERS } from './answers.mjs';
import { Hand } from './hand.mjs';
import { STORIES } from './stories.mjs';

const ENDPOINT = `${location.origin}/states/api`;
/** What comes in place of the module: bytes that are none, or nothing. */
const MODULES = { refused: () => new Response('none'), missing: () => new Response('', { status: 404 }) };
const [note, stage, storyChoice, langChoice] = ['note', 'stage', 'story', 'lang'].map((id) => document.getElementById(id));
const network = window.fetch.bind(window);
let turn = 0;
let moduleAnswer;

/** The seam: what goes to the stories' endpoint is answered here, everything else by the network. */
window.fetch = async (input, init = {}) => {
  const url = String(input?.url ?? input);
  if (moduleAnswer && url.includes('.wasm')) return moduleAnswer();
  if (!url.startsWith(ENDPOINT)) return network(input, init);
  const [, name, path] = /^\/([a-z-]+)(\/v1\/[^?]*)/.exec(url.slice(ENDPOINT.length)) ?? [];
  return answer(name, `${init.method ?? 'GET'} ${path}`, init);
};

const calls = new Map();

async function answer(name, call, { body, signal }) {
  const key = `${turn} ${call}`;
  calls.set(key, (calls.get(key) ?? 0) + 1);
  const story = STORIES[name]?.answers?.[call] ?? ANSWERS[call] ?? (() => ({ status: 404, json: { error: { code: 'route_not_found', message: 'There is nothing at this path.' } } }));
  const aborted = new Promise((_, fail) => signal?.addEventListener('abort', () => fail(signal.reason)));
  const { status, json } = await Promise.race([story(body && JSON.parse(body), calls.get(key)), aborted]);
  return new Response(JSON.stringify(json), { status, headers: { 'content-type': 'application/json' } });
}

/** Without a module the element is another copy of itself: one page has one module. */
async function tagFor(story) {
  const { module } = story;
  moduleAnswer = MODULES[module];
  const { define } = await import(module ? `/peeker-checkout.js?${module}` : '/peeker-checkout.js');
  const tag = module ? `peeker-checkout-${module}` : 'peeker-checkout';
  define(tag);
  return tag;
}

async function show() {
  const [name, lang = 'en'] = location.hash.slice(1).split('/');
  const story = STORIES[name] ?? STORIES.empty;
  const shown = STORIES[name] ? name : 'empty';
  const mine = (turn += 1);
  const isWanted = () => mine === turn;
  delete document.documentElement.dataset.ready;
  localStorage.clear();
  stage.replaceChildren();
  note.textContent = story.note;
  [storyChoice.value, langChoice.value] = [shown, lang];
  document.title = `${shown} – states of peeker-checkout`;
  const tag = await tagFor(story);
  if (!isWanted()) return;
  const host = document.createElement(tag);
  host.setAttribute('endpoint', `${ENDPOINT}/${shown}`);
  host.setAttribute('session', 'a.b.c');
  host.lang = 'en';
  for (const [slot, text] of story.inside ?? []) host.append(Object.assign(document.createElement('p'), { slot, textContent: text }));
  stage.append(host);
  try {
    const hand = new Hand(host, isWanted);
    if (story.approve) host.approve = (request) => story.approve(request, hand);
    await story.acts(hand);
    // The stories go their way in English, and are shown in the language that was chosen.
    host.lang = lang;
  } catch (error) {
    if (!isWanted()) return;
    note.textContent = `This state could not be reached: ${error.message}.`;
    document.documentElement.dataset.failed = `${shown}: ${error.message}`;
    return;
  }
  if (isWanted()) document.documentElement.dataset.ready = shown;
}

for (const name of Object.keys(STORIES)) storyChoice.append(new Option(name, name));
document.getElementById('choice').addEventListener('change', () => {
  location.hash = `${storyChoice.value}/${langChoice.value}`;
});
window.addEventListener('hashchange', show);
show();
