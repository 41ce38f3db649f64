// The theme playground: every custom property of the manifest as a control, and the CSS to copy.

const FONTS = {
  'The page’s': 'var(--font)',
  System: 'system-ui, sans-serif',
  Serif: 'Georgia, serif',
  Rounded: "ui-rounded, 'Nunito', 'Quicksand', sans-serif",
  Monospace: 'ui-monospace, monospace',
};

/** Fills the page's controls for `checkout` when the manifest is there. */
export function startPlayground(checkout) {
  const [properties, css] = ['properties', 'css'].map((id) => document.getElementById(id));
  let controls = [];

  async function fill() {
    const manifest = await (await fetch('/custom-elements.json')).json();
    const [{ cssProperties }] = manifest.modules[0].declarations;
    await customElements.whenDefined('peeker-checkout');
    controls = cssProperties.map((property) => [property.name, control(property)]);
    for (const [name, { label, input }] of controls) {
      properties.append(label);
      input.addEventListener('input', () => {
        checkout.style.setProperty(name, valueOf(input));
        tell();
      });
    }
    reset();
  }

  /** Returns only what was changed. */
  function tell() {
    const lines = controls.map(([name]) => [name, checkout.style.getPropertyValue(name)]).filter(([, value]) => value);
    const body = lines.map(([name, value]) => `  ${name}: ${value};\n`).join('');
    css.textContent = body ? `peeker-checkout {\n${body}}` : '/* Change a colour, the corners or the typeface. */';
  }

  /** Goes back to what the page's style says. */
  function reset() {
    for (const [name, { input }] of controls) {
      checkout.style.removeProperty(name);
      show(input, getComputedStyle(checkout).getPropertyValue(name.replace('--peeker-', '--_')));
    }
    tell();
  }

  document.getElementById('reset').addEventListener('click', reset);
  document.getElementById('copy').addEventListener('click', ({ target }) => copy(css.textContent, target));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', reset);
  fill();
}

function control({ name, syntax, description }) {
  const label = document.createElement('label');
  label.title = description;
  const short = name.replace('--peeker-', '').replaceAll('-', ' ');
  const input = document.createElement(syntax ? 'input' : 'select');
  if (syntax === '<color>') {
    input.type = 'color';
  } else if (syntax) {
    Object.assign(input, { type: 'range', min: 0, max: 28, step: 1 });
  } else {
    for (const [text, value] of Object.entries(FONTS)) input.append(new Option(text, value));
  }
  label.classList.toggle('wide', input.type !== 'color');
  label.append(short, input);
  return { label, input };
}

function valueOf(input) {
  return input.type === 'range' ? `${input.value}px` : input.value;
}

/** Shows a computed value, whatever notation it is in. */
function show(input, value) {
  if (input.type === 'range') input.value = Number.parseFloat(value) || 0;
  else if (input.type === 'color') input.value = hex(value);
  else input.selectedIndex = 0;
}

/** Any colour as a colour input wants it. */
function hex(color) {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = color;
  const channels = getComputedStyle(probe).color.match(/\d+/g) ?? [0, 0, 0];
  probe.remove();
  return `#${channels.slice(0, 3).map((channel) => Number(channel).toString(16).padStart(2, '0')).join('')}`;
}

async function copy(text, button) {
  const before = button.textContent;
  await navigator.clipboard.writeText(text);
  button.textContent = 'Copied';
  setTimeout(() => (button.textContent = before), 2_000);
}
