// Pieces that several views share: icons, buttons, fields with their problem, alerts, badges, prices.

import { Component, type ComponentChildren, type JSX, type TargetedEvent } from 'preact';
import type { FieldId, Notice } from '../form/state.js';
import type { PickReport, Share, Shortage } from '../rules.js';
import type { WordKey } from '../words/locale.js';
import type { Speech } from '../words/speech.js';
import type { Scene } from './scene.js';

const ICONS = {
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  clock: 'M8 4.5V8l2.5 1.5M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5z',
  alert: 'M8 5v3.5M8 11h.01M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5z',
};

export type IconName = keyof typeof ICONS;

/** Letters of a name that fit into a line everywhere. */
const LONG_NAME = 20;

/** An icon is hidden from screen readers: the words beside it say the same. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}

/** The heading of a view. It takes the focus when its view comes up, and only then. */
export function Title({ children }: { children: ComponentChildren }) {
  return (
    <h2 class="title" part="title" id="title" tabIndex={-1}>
      {children}
    </h2>
  );
}

const LOOKS = {
  primary: { class: 'button primary', part: 'button button-primary' },
  secondary: { class: 'button', part: 'button' },
  link: { class: 'link', part: 'link' },
};

type ButtonProps = Omit<JSX.IntrinsicElements['button'], 'class' | 'part' | 'disabled'> & {
  look: keyof typeof LOOKS;
  isOff?: boolean;
};

/** A button that is off does nothing. It keeps the focus, which would be nowhere if the browser disabled it. */
export function Button({ look, isOff, onClick, ...more }: ButtonProps) {
  return <button type="button" {...LOOKS[look]} {...more} {...whenOff(isOff, onClick)} />;
}

/** The same for a button of another look. */
export function whenOff(isOff: boolean | undefined, onClick: JSX.IntrinsicElements['button']['onClick']) {
  return isOff ? { 'aria-disabled': true } : { onClick };
}

/** What is wrong, right where it is. */
export function ProblemText({ children }: { children: ComponentChildren }) {
  return (
    <p class="problem" part="problem">
      <Icon name="alert" />
      <span>{children}</span>
    </p>
  );
}

interface FieldProps {
  scene: Scene;
  id: FieldId;
  label: string;
  value: string;
  hint?: string;
  isRequired?: boolean;
  isAddress?: boolean;
  /** Lines of a longer text. */
  rows?: number;
}

const TEXT = { type: 'text' } as const;
const ADDRESS = { type: 'url', inputMode: 'url', placeholder: 'https://', spellcheck: false } as const;

/** A labelled input with its problem and its hint; with `rows`, a box for several lines. */
export function Field({ scene, id, label, value, hint, isRequired, isAddress, rows }: FieldProps) {
  const { act, problems, say } = scene;
  const wrong = problems.get(id);
  const about = [wrong && `${id}-problem`, hint && `${id}-hint`].filter(Boolean).join(' ');
  const shared = {
    class: 'input',
    part: 'input',
    id,
    'data-field': id,
    value,
    'aria-required': isRequired,
    'aria-describedby': about || undefined,
    'aria-invalid': Boolean(wrong),
    ...typing(id, act),
  };
  return (
    <div class="field">
      <label class="label" part="label" for={id}>
        {label}
      </label>
      {rows ? (
        <textarea {...shared} rows={rows} />
      ) : (
        <input {...shared} {...(isAddress ? ADDRESS : TEXT)} autocomplete="off" />
      )}
      {wrong && (
        <div id={`${id}-problem`}>
          <ProblemText>{say.explain(wrong)}</ProblemText>
        </div>
      )}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

type Typed = TargetedEvent<HTMLInputElement | HTMLTextAreaElement>;

/** Password managers set a value and dispatch `change` alone. */
export function typing(id: FieldId, act: Scene['act']) {
  const edit = ({ currentTarget }: Typed) => act.edit(id, currentTarget.value);
  return { onInput: edit, onChange: edit, onBlur: ({ currentTarget }: Typed) => act.leave(id, currentTarget.value) };
}

/** A message with what helps: the time to wait. */
export function explained(say: Speech, notice: Notice): string {
  const wait = notice.seconds ? say.say('wait', { count: notice.seconds }) : '';
  return [say.explain(notice), wait].filter(Boolean).join(' ');
}

/** Something went wrong; what can be done about it comes after. */
export function Alert({ heading, id, children }: { heading: string; id?: string; children?: ComponentChildren }) {
  return (
    <div class="alert" part="alert" role="alert" {...(id ? { id, tabIndex: -1 } : {})}>
      <Icon name="alert" />
      <p class="alert-heading">{heading}</p>
      {children}
    </div>
  );
}

/** A notice where there is no form. */
export function Noticed({ form: { notice }, say }: Scene) {
  return notice ? <Alert heading={explained(say, notice)} /> : null;
}

/** A bar that shows how full something is; without numbers, that something goes on. */
export function Bar({ done, of, ...more }: { done?: number; of?: number } & JSX.IntrinsicElements['progress']) {
  if (done === undefined || of === undefined) return <progress class="bar" {...more} />;
  return <progress class="bar" max={of} value={done} data-full={done >= of ? '' : undefined} {...more} />;
}

/** The button that copies a text. */
export function Copy({ scene: { act, say }, text, name = text }: { scene: Scene; text: string; name?: string }) {
  return (
    <Button look="link" aria-label={say.say('copy_name', { name })} onClick={() => act.copy(text)}>
      {say.say('copy')}
    </Button>
  );
}

/** A long name may go on in the next line before its ending, and not inside of it. */
export function Name({ children: name }: { children: string }) {
  const dot = name.indexOf('.');
  if (name.length <= LONG_NAME || dot <= 0) return <>{name}</>;
  return (
    <>
      {name.slice(0, dot)}
      <wbr />
      <span class="ending">{name.slice(dot)}</span>
    </>
  );
}

/** The providers that can host a name. */
export function Badges({ say, providers = [] }: { say: Speech; providers?: readonly string[] | undefined }) {
  return (
    <span class="badges">
      {providers.map((provider) => (
        <span class="badge" part="badge" key={provider}>
          {say.name('provider', provider)}
        </span>
      ))}
    </span>
  );
}

interface Priced {
  price_cents?: number;
  renewal_price_cents?: number;
  currency?: string;
  owned?: boolean;
}

/** The first year's price, and the renewal below it; nothing where the partner shows no amounts. */
export function Price({ say, of }: { say: Speech; of: Priced }) {
  const { price_cents: now, renewal_price_cents: later, currency } = of;
  if (!of.owned && now === undefined) return null;
  return (
    <span class="price" part="price">
      <span class="price-now">{of.owned ? say.say('is_owned') : say.money(now ?? 0, currency)}</span>
      {!of.owned && later !== undefined && (
        <span class="price-later">{say.say('renewal', { price: say.money(later, currency) })}</span>
      )}
    </span>
  );
}

/** Such as `Google 2 of 3`, with its numbers; a provider that the plan does not ask for is left out. */
export function shares(say: Speech, { google, microsoft }: PickReport): { words: string; share: Share }[] {
  const all = [
    { name: 'Google', share: google },
    { name: 'Microsoft', share: microsoft },
  ];
  const asked = all.filter(({ share }) => share.required);
  return asked.map(({ name, share }) => ({ words: say.say('of', { name, ...share }), share }));
}

/** Exactly why no choice fills the plan. */
export function shortageWords(say: Speech, { missing, google, microsoft, surplus }: Shortage): string {
  if (surplus) return say.say('surplus', { count: surplus });
  const lacking: [key: WordKey, count: number][] = [];
  if (google) lacking.push(['short_google', google]);
  if (microsoft) lacking.push(['short_microsoft', microsoft]);
  const rest = missing - google - microsoft;
  if (rest > 0 || !lacking.length) lacking.unshift(['short', missing]);
  return lacking.map(([key, count]) => say.say(key, { count })).join(' ');
}

/** Draws again only when one of its properties is another value. */
export abstract class Pure<Props> extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    const keys = Object.keys(next as object) as (keyof Props)[];
    return keys.some((key) => next[key] !== this.props[key]);
  }
}
