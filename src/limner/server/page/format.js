// Numbers and times as people of the chosen language write them.

import {preferences} from './preferences.js';

const locale = () => (preferences.lang === 'zh' ? 'zh-CN' : 'en-GB');

const made = new Map();

/** Return a formatter, made once: making one costs a hundred times what using it does. */
function maker(kind, options = {}) {
  const name = `${kind.name} ${locale()} ${JSON.stringify(options)}`;
  if (!made.has(name)) made.set(name, new kind(locale(), options));
  return made.get(name);
}

export const count = (value) => maker(Intl.NumberFormat).format(value);
export const percent = (value, digits = 0) =>
  maker(Intl.NumberFormat, {style: 'percent', maximumFractionDigits: digits}).format(value);
export const score = (value) => signless(value, 4);
export const signed = (value, digits = 2) => `${value < 0 ? '−' : '+'}${signless(Math.abs(value), digits)}`;

const signless = (value, digits) => value.toFixed(digits).replace('-', '−');

/** Return a day, from an instant or a date. */
export function day(iso, timeZone) {
  if (!iso) return '';
  const bare = /^\d{4}-\d{2}-\d{2}$/.test(iso);
  const options = {year: 'numeric', month: 'short', day: 'numeric', timeZone: bare ? 'UTC' : timeZone};
  return maker(Intl.DateTimeFormat, options).format(new Date(iso));
}

/** Return a day and a time. */
export function instant(iso, timeZone) {
  if (!iso) return '';
  const options = {dateStyle: 'medium', timeStyle: 'short', timeZone};
  return maker(Intl.DateTimeFormat, options).format(new Date(iso));
}

/** Return the names of the days from Monday on. */
export function weekdays(width) {
  const monday = Date.UTC(2024, 0, 1);
  const format = maker(Intl.DateTimeFormat, {weekday: width, timeZone: 'UTC'});
  return Array.from({length: 7}, (_, place) => format.format(new Date(monday + place * 86400000)));
}

/** Return a text in pieces, [text, span or null], for spans counted in characters as Python counts them. */
export function cut(text, spans) {
  const chars = Array.from(text);
  const pieces = [];
  let place = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.stop - a.stop)) {
    if (span.start < place) continue;
    if (span.start > place) pieces.push([chars.slice(place, span.start).join(''), null]);
    pieces.push([chars.slice(span.start, span.stop).join(''), span]);
    place = span.stop;
  }
  if (place < chars.length) pieces.push([chars.slice(place).join(''), null]);
  return pieces;
}
