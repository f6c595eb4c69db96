// Runs before the first paint, in its own file because the page allows no inline script: the right theme from the first frame.
(() => {
  let choice = 'system';
  try {
    choice = localStorage.getItem('casare.theme') ?? 'system';
  } catch {
    // Storage can be blocked; then the system decides.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
