// The table behind a picture: the same numbers for those who read, copy or listen.

import {h} from './dom.js';
import {t} from './words.js';

/** Return a table that opens under its picture, and is made then; `rows` begin with what they are about. */
export function tableBehind(caption, head, rows) {
  const draw = () => { if (folded.open && folded.children.length < 2) folded.append(table(caption, head, rows)); };
  const folded = h('details', {class: 'behind', on: {toggle: draw}}, h('summary', {}, t('behind')));
  return folded;
}

function table(caption, head, rows) {
  return h('div', {class: 'scroll', tabindex: '0', role: 'group', 'aria-label': caption}, h('table', {},
    h('caption', {class: 'unseen'}, caption),
    h('thead', {}, h('tr', {}, head.map((text) => h('th', {scope: 'col'}, text)))),
    h('tbody', {}, rows.map(([first, ...others]) =>
      h('tr', {}, h('th', {scope: 'row'}, first), others.map((value) => h('td', {}, value)))))));
}
