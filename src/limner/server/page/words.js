// What the page says, in both languages.

import {preferences} from './preferences.js';
import {zh} from './words_zh.js';
import {en} from './words_en.js';

const books = {zh, en};

/** Return a phrase of the chosen language; {name} is filled from `values`. */
export function t(phrase, values = {}) {
  const found = books[preferences.lang][phrase];
  if (found === undefined) throw new Error(`no phrase ${phrase}`);
  return found.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** Return a phrase, or the given text where the book has none: names of others' data. */
export const named = (phrase, otherwise) => books[preferences.lang][phrase] ?? otherwise;
