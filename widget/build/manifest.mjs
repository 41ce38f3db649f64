// Describes the element from its sources: attributes, properties and events from the TypeScript, slots and parts from the
// views, custom properties from the styles. What they mean is said in the comments there.

import { create, ts } from '@custom-elements-manifest/analyzer';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const CLASS = 'PeekerCheckout';
/** Members that browsers call. */
const CALLBACK = /Callback$/;

/** The manifest of the sources in `folder` (https://github.com/webcomponents/custom-elements-manifest). */
export function manifestOf(folder) {
  const files = readdirSync(folder, { recursive: true }).map((file) => file.replaceAll('\\', '/')).sort();
  const read = (pattern) => files.filter((file) => pattern.test(file)).map((file) => [file, readFileSync(join(folder, file), 'utf8')]);
  const parse = ([file, text]) => ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const modules = read(/(?<!\.d)\.tsx?$/).map(parse);
  const generated = ['wasm.d.ts', 'api.d.ts'].map((file) => parse([file, readFileSync(join(folder, '../module/generated', file), 'utf8')]));
  const classes = create({ modules }).modules.flatMap(({ declarations }) => declarations).filter(({ kind }) => kind === 'class');
  const own = classes.find(({ name }) => name === CLASS);
  const views = read(/\.tsx$/).map(([, text]) => text);

  const attributes = attributeNames(modules);
  const fields = own.members.filter(isPublic);
  const reflecting = attributes.map((attribute) => {
    const field = fields.find(({ name }) => name === propertyOf(attribute)) ?? fail(`${attribute} has no property`);
    return { ...field, attribute };
  });
  const members = [...reflecting, ...fields.filter(({ name }) => !attributes.map(propertyOf).includes(name))];
  const declaration = {
    kind: 'class',
    name: CLASS,
    tagName: 'peeker-checkout',
    customElement: true,
    superclass: { name: 'HTMLElement' },
    description: own.description,
    attributes: reflecting.map(({ name, attribute, type, description }) => ({ name: attribute, fieldName: name, type, description })),
    members: members.map(({ kind, name, attribute, type, parameters, description }) => ({ kind, name, attribute, type, parameters, description })),
    events: events(modules, generated),
    slots: described('slot', own.slots, found(views, /<slot name="([\w-]+)"/g)),
    cssParts: described('part', own.cssParts, found(views, /\bpart(?:="|: ')([\w -]+)["']/g)),
    cssProperties: customProperties(own.cssProperties, read(/\.css$/).map(([, text]) => text).join('\n')),
  };
  for (const [kind, list] of Object.entries(declaration)) {
    if (Array.isArray(list)) for (const { name, description } of list) if (!description) fail(`${kind}: ${name} has no description`);
  }
  const exported = { kind: 'js', name: CLASS, declaration: { name: CLASS, module: 'element.js' } };
  const definition = { kind: 'custom-element-definition', name: 'peeker-checkout', declaration: { name: CLASS, module: 'element.js' } };
  return {
    schemaVersion: '1.0.0',
    readme: 'README.md',
    modules: [
      { kind: 'javascript-module', path: 'element.js', declarations: [declaration], exports: [exported] },
      { kind: 'javascript-module', path: 'define.js', exports: [definition] },
    ],
  };
}

const propertyOf = (attribute) => attribute.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

const isPublic = ({ kind, name, privacy, static: isStatic }) => {
  const isHidden = name.startsWith('#') || isStatic || (privacy && privacy !== 'public');
  return !isHidden && !(kind === 'method' && CALLBACK.test(name));
};

/** The names in the constant `ATTRIBUTES`. */
function attributeNames(modules) {
  for (const declaration of modules.flatMap((module) => nodes(module, ts.isVariableDeclaration))) {
    if (declaration.name.getText() === 'ATTRIBUTES') return nodes(declaration, ts.isStringLiteral).map(({ text }) => text);
  }
  return fail('there is no ATTRIBUTES');
}

/** The entries of `EventDetails`: what is said of each, or of its type, and the fields of that. */
function events(modules, generated) {
  const interfaces = new Map(modules.flatMap((module) => nodes(module, ts.isInterfaceDeclaration)).map((node) => [node.name.text, node]));
  return interfaces.get('EventDetails').members.map((member) => {
    const type = member.type.getText();
    const detail = interfaces.get(type) ?? recordOf(type, generated) ?? fail(`${type} is neither an interface nor a record`);
    const description = commentOf(member) || commentOf(detail).replace(/^`[\w-]+`: /, '');
    const fields = detail.members.map(({ name, questionToken }) => name.getText() + (questionToken ? '?' : ''));
    return { name: member.name.text, type: { text: `CustomEvent<${type}>` }, description: sentence(description), fields };
  });
}

/** The record of the order proxy that a type such as `Schemas['Draft']` stands for. */
function recordOf(type, generated) {
  const alias = generated.flatMap((module) => nodes(module, ts.isTypeAliasDeclaration)).find(({ name }) => name.text === type);
  const record = alias && nodes(alias, ts.isStringLiteral)[0]?.text;
  const schemas = generated.flatMap((module) => nodes(module, ts.isPropertySignature));
  return schemas.find(({ name, type: { members } = {} }) => members && name.getText() === record)?.type;
}

/** What a custom property takes, by its default, as CSS names it: a colour or a length; nothing for a list such as typefaces. */
function syntaxOf(value) {
  if (/^#[0-9a-f]{3,8}$/i.test(value)) return '<color>';
  return /^[\d.]+(px|rem|em)$/.test(value) ? '<length>' : undefined;
}

/** Custom properties that the styles read, with their defaults: the first is the light one, the next another one. */
function customProperties(list, css) {
  const defaults = new Map();
  for (const [, name, value] of css.matchAll(/var\((--peeker-[\w-]+),\s*((?:[^()]|\([^()]*\))*)\)/g)) {
    defaults.set(name, new Set([...(defaults.get(name) ?? []), value.trim()]));
  }
  return described('custom property', list, [...defaults.keys()]).map((property) => {
    const [light, dark] = defaults.get(property.name);
    const syntax = syntaxOf(light);
    return { ...property, ...(syntax && { syntax }), default: light, ...(dark && { dark }) };
  });
}

/** The descriptions of `list`, of exactly the `names` that are there. */
function described(kind, list, names) {
  const named = (list ?? []).map(({ name }) => name);
  const missing = names.filter((name) => !named.includes(name));
  const gone = named.filter((name) => !names.includes(name));
  if (missing.length || gone.length) {
    fail(`the comment of ${CLASS} does not describe each ${kind}: missing ${missing.join(', ') || 'none'}; not there ${gone.join(', ') || 'none'}`);
  }
  return list.map(({ name, description }) => ({ name, description: sentence(description) }));
}

/** Every word in the first group of `pattern`, once. */
function found(texts, pattern) {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].flatMap(([, words]) => words.split(' '))))].sort();
}

function nodes(node, is) {
  return [...(is(node) ? [node] : []), ...node.getChildren().flatMap((child) => nodes(child, is))];
}

function commentOf(node) {
  return (node.jsDoc?.at(-1)?.comment ?? '').replace(/\s*\n\s*/g, ' ');
}

const sentence = (text = '') => text.charAt(0).toUpperCase() + text.slice(1);

function fail(message) {
  throw new Error(message);
}
