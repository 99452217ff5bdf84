// The rows a fact rests on, as a person can look them up: ids, times, and whole texts with the place marked.

import {readRow} from './api.js';
import {h, put} from './dom.js';
import {instant} from './format.js';
import {named, t} from './words.js';
import {drawText, markSpans} from './writings.js';

/** Return the evidence of a fact; texts come in whole when they are read. */
export function listEvidence(portrait, fact, signal) {
  return h('ul', {class: 'evidence'}, fact.evidence.map((one) => {
    const item = h('li', {}, one.text_id ? quote(portrait, one) : row(one, portrait.zone));
    if (one.text_id) widen(item, portrait, one, signal);
    return item;
  }));
}

/** Return the rows of some ids, each read from the log. */
export function listRows(portrait, ids, signal) {
  return h('ul', {class: 'evidence'}, ids.map((id) => {
    const item = h('li', {}, h('code', {}, id));
    readRow(portrait.id, id, signal).then((read) => put(item, read.text_id ? drawText(read, portrait.zone) : row(read, portrait.zone)))
      .catch((error) => { if (!signal.aborted) put(item, h('code', {}, id), ' ', h('span', {class: 'muted'}, error.message)); });
    return item;
  }));
}

/** Put the whole text in the place of its quotation, with the quotation marked. */
async function widen(item, portrait, one, signal) {
  try {
    const read = await readRow(portrait.id, one.text_id, signal);
    if (!read.text_id) return put(item, row(read, portrait.zone));
    const spans = spansOf(read, one);
    put(item, drawText({...read, spans}, portrait.zone));
  } catch { /* the quotation stays as it is: the text is no longer kept */ }
}

function spansOf(read, one) {
  if (!one.quote || one.polarity === undefined) return read.spans;
  const start = read.text.indexOf(one.quote);
  if (start < 0) return read.spans;
  const before = Array.from(read.text.slice(0, start)).length;
  const known = read.spans.find((span) => span.start === before);
  return [{start: before, stop: before + Array.from(one.quote).length, polarity: one.polarity, aspect: known?.aspect}];
}

function quote(portrait, one) {
  const spans = one.polarity === undefined ? [] : [{start: 0, stop: Array.from(one.quote).length, polarity: one.polarity}];
  return h('figure', {class: 'quote'}, h('blockquote', {}, markSpans(one.quote ?? '', spans)),
    h('figcaption', {class: 'small'}, one.timestamp ? `${instant(one.timestamp, portrait.zone)} · ` : '', h('code', {}, one.text_id)));
}

function row(one, zone) {
  const {event_id: id, timestamp, quote: said, event, item_id: item, title, value, column, other_id: other, ...more} = one;
  const what = event ? named(`event.${event}`, event) : column ? t('evidence.column', {column: named(`attribute.${column}`, column)})
    : other ? t('evidence.other', {other}) : t('evidence.row');
  const rest = Object.entries(more).filter(([, given]) => given !== null && given !== undefined && given !== '');
  return h('div', {class: 'row'}, h('div', {}, h('b', {}, what), title || item ? ` ${title ?? item}` : '', value === undefined || value === null ? '' : ` · ${value}`,
    said ? h('q', {}, said) : null),
  h('div', {class: 'small'}, timestamp ? `${instant(timestamp, zone)} · ` : '', h('code', {}, id),
    rest.length ? ` · ${rest.map(([name, given]) => `${name} ${given}`).join(' · ')}` : ''));
}
