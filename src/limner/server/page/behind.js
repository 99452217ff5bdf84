// The table behind a picture: the same numbers for those who read, copy or listen.

import {h} from './dom.js';
import {t} from './words.js';

/** Return a table that opens under its picture; `rows` begin with what they are about. */
export function tableBehind(caption, head, rows) {
  return h('details', {class: 'behind'}, h('summary', {}, t('behind')),
    h('div', {class: 'scroll', tabindex: '0', role: 'group', 'aria-label': caption}, h('table', {},
      h('caption', {class: 'unseen'}, caption),
      h('thead', {}, h('tr', {}, head.map((text) => h('th', {scope: 'col'}, text)))),
      h('tbody', {}, rows.map(([first, ...others]) =>
        h('tr', {}, h('th', {scope: 'row'}, first), others.map((value) => h('td', {}, value))))))));
}
