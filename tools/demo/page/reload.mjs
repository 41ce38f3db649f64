// With `cargo xtask demo --watch`: loads the page again when the widget was built again.

const LOOK = 500;
let built;

setInterval(async () => {
  const response = await fetch('/integrity.json').catch(() => undefined);
  // While the widget is being built, the file is not there.
  if (!response?.ok) return;
  const now = await response.text();
  if (built !== undefined && built !== now) location.reload();
  built = now;
}, LOOK);
