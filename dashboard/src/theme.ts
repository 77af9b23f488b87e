/** auto follows the system; the choice is kept where the browser lets a page keep something. */
export type Theme = 'auto' | 'light' | 'dark';

export const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];
const KEY = 'trailwarden-theme';

/** What was chosen earlier. Storage may be absent or forbidden for a file: then auto. */
export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === stored) ?? 'auto';
  } catch {
    return 'auto';
  }
}

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice then lasts as long as the page.
  }
}

export function applyStoredTheme(): void {
  document.documentElement.dataset.theme = storedTheme();
}
