import { useState } from 'preact/hooks';
import { applyTheme, storedTheme, THEMES, type Theme } from '../theme';

const LABEL: Record<Theme, string> = { auto: 'Auto', light: 'Light', dark: 'Dark' };

export function ThemeToggle({ onChange }: { onChange: () => void }) {
  const [theme, setTheme] = useState(storedTheme);
  const choose = (chosen: Theme) => {
    applyTheme(chosen);
    setTheme(chosen);
    onChange();
  };
  return (
    <div class="segments theme" role="group" aria-label="Colour theme">
      {THEMES.map((each) => (
        <button type="button" key={each} aria-pressed={each === theme} onClick={() => choose(each)}>
          {LABEL[each]}
        </button>
      ))}
    </div>
  );
}
