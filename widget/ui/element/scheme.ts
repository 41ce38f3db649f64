// Light or dark: as an attribute says, or as the page says of itself, or as the system does.

/** The colours of `element`; empty where the system decides. */
export function schemeOf(element: HTMLElement, wanted: string): '' | 'light' | 'dark' {
  if (wanted === 'light' || wanted === 'dark') return wanted;
  const computed = getComputedStyle(element).colorScheme;
  const meta = document.querySelector<HTMLMetaElement>('meta[name="color-scheme"]')?.content;
  const schemes = !computed || computed === 'normal' ? (meta ?? '') : computed;
  const [isLight, isDark] = [/\blight\b/i.test(schemes), /\bdark\b/i.test(schemes)];
  if (isLight === isDark) return '';
  return isLight ? 'light' : 'dark';
}
