// Language and theme: the browser's at first, then what was chosen, kept on this device.

const LANG = 'limner.lang';
const THEME = 'limner.theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const heard = new Set();

export const preferences = {lang: firstLanguage(), theme: read(THEME) ?? ''};

/** Call back whenever the language changes. */
export const onLanguage = (call) => heard.add(call);

/** Return light or dark, as it is shown. */
export const shownTheme = () => preferences.theme || (dark.matches ? 'dark' : 'light');

export function chooseLanguage(lang) {
  preferences.lang = lang;
  keep(LANG, lang);
  apply();
  for (const call of heard) call();
}

export function chooseTheme(theme) {
  preferences.theme = theme;
  keep(THEME, theme);
  apply();
}

/** Write both onto the document. */
export function apply() {
  document.documentElement.lang = preferences.lang === 'zh' ? 'zh-CN' : 'en';
  document.documentElement.dataset.theme = preferences.theme || 'auto';
}

function firstLanguage() {
  const kept = read(LANG);
  if (kept === 'zh' || kept === 'en') return kept;
  const first = (navigator.languages ?? [navigator.language]).find((one) => /^(zh|en)/i.test(one)) ?? 'en';
  return first.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

function read(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function keep(name, value) {
  try { localStorage.setItem(name, value); } catch { /* a browser that keeps nothing still shows the page */ }
}
