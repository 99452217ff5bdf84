// In their words: what a user wrote last, with the places that judge marked, and the words they use.

import {h} from './dom.js';
import {cut, day} from './format.js';
import {nothing} from './states.js';
import {named, t} from './words.js';

const FIRST = 4;
const SIZES = 5;

/** Return the newest texts and the words. */
export function drawWritings(portrait) {
  const {texts, words} = portrait.charts;
  if (!texts.length && !words.length) return nothing(t('writings.none'));
  const quotes = texts.map((text) => h('li', {}, drawText(text, portrait.zone)));
  return h('div', {},
    words.length ? h('ul', {class: 'words', 'aria-label': t('writings.words')}, words.map((one) =>
      h('li', {class: `size-${Math.max(1, Math.ceil(one.weight * SIZES))}`, title: t('times', {n: one.n})}, one.value))) : null,
    quotes.length ? h('ul', {class: 'quotes'}, quotes.slice(0, FIRST)) : null,
    quotes.length > FIRST ? h('details', {class: 'behind'}, h('summary', {}, t('writings.more', {n: quotes.length - FIRST})),
      h('ul', {class: 'quotes'}, quotes.slice(FIRST))) : null);
}

/** Return a text with its judging places marked, and where and when it was written. */
export function drawText(text, zone) {
  const stars = text.rating ? [h('span', {'aria-hidden': 'true'}, `★ ${text.rating}`), h('span', {class: 'unseen'}, t('stars', {n: text.rating})), ' · '] : '';
  return h('figure', {class: 'quote'}, h('blockquote', {lang: text.language === 'zh' ? 'zh-CN' : text.language},
    markSpans(text.text, text.spans)),
  h('figcaption', {class: 'small'}, stars, named(`kind.${text.kind}`, text.kind ?? ''), text.title ? ` · ${text.title}` : '',
    text.timestamp ? ` · ${day(text.timestamp, zone)}` : '', ' · ', h('code', {}, text.text_id)));
}

/** Return a text whose spans are marked: praise with a line, blame with a wave, and both said in words. */
export function markSpans(text, spans) {
  return cut(text, spans).map(([piece, span]) => {
    if (!span) return piece;
    const side = span.polarity < 0 ? 'disliked' : 'liked';
    const said = `${t(side === 'liked' ? 'praise' : 'blame')}${span.aspect ? ` · ${span.aspect.replaceAll('_', ' ')}` : ''}`;
    return h('mark', {class: side, title: said}, piece, h('span', {class: 'unseen'}, ` (${said})`));
  });
}
