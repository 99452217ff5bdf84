// A field that finds users by their id while one types.

import {findUsers} from './api.js';
import {h, put} from './dom.js';
import {count} from './format.js';
import {go, userPath} from './router.js';
import {named, t} from './words.js';

const MOST = 8;
const WAIT_MS = 120;

/** Return the field with its list; `choose` gets the id, and shows that user when not given. */
export function makeSearch({id, label = t('search.label'), value = '', choose = (found) => go(userPath(found))}) {
  const list = h('ul', {id: `${id}-list`, role: 'listbox', class: 'found', 'aria-label': t('search.list'), hidden: true});
  const field = h('input', {id, type: 'text', role: 'combobox', autocomplete: 'off', spellcheck: 'false',
    autocapitalize: 'none', placeholder: t('search.hint'), value, 'aria-label': label, 'aria-autocomplete': 'list',
    'aria-expanded': 'false', 'aria-controls': `${id}-list`, enterkeyhint: 'search'});
  const finder = new Finder(field, list, choose);
  field.addEventListener('input', () => finder.type());
  field.addEventListener('keydown', (event) => finder.press(event));
  field.addEventListener('focus', () => { if (field.value) finder.type(); });
  field.addEventListener('blur', () => setTimeout(() => finder.close(), 150));
  return h('div', {class: 'search'}, field, list);
}

class Finder {
  constructor(field, list, choose) {
    Object.assign(this, {field, list, choose, ids: [], at: -1, waiting: 0, asking: null});
  }

  type() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.find(), WAIT_MS);
  }

  async find() {
    this.asking?.abort();
    this.asking = new AbortController();
    const query = this.field.value.trim();
    if (!query) return this.close();
    try {
      this.open(await findUsers(query, MOST, this.asking.signal));
    } catch (error) {
      if (error.name !== 'AbortError') this.close();  // the portrait itself says what is wrong
    }
  }

  open(ids) {
    if (document.activeElement !== this.field) return;
    this.ids = ids.map((one) => one.user_id);
    this.at = -1;
    put(this.list, ids.length ? ids.map((one, place) => this.option(one, place))
      : h('li', {class: 'none', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false'}, t('search.none')));
    this.list.hidden = false;
    this.field.setAttribute('aria-expanded', 'true');
  }

  option({user_id: id, attributes, events}, place) {
    const said = [...Object.values(attributes).map((value) => named(`value.${value}`, value)), t('events', {n: count(events)})];
    return h('li', {id: `${this.list.id}-${place}`, role: 'option', 'aria-selected': 'false',
      on: {mousedown: (event) => { event.preventDefault(); this.take(id); }}},
    h('b', {}, String(id)), h('span', {class: 'small'}, ` ${said.join(' · ')}`));
  }

  close() {
    clearTimeout(this.waiting);
    this.list.hidden = true;
    this.field.setAttribute('aria-expanded', 'false');
    this.field.removeAttribute('aria-activedescendant');
  }

  press(event) {
    if (event.key === 'Escape') return this.close();
    if (event.key === 'Enter') {
      const wanted = this.at >= 0 ? this.ids[this.at] : this.field.value.trim();
      if (wanted !== '') this.take(wanted);
      return event.preventDefault();
    }
    const move = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (!move || this.list.hidden || !this.ids.length) return;
    event.preventDefault();
    this.mark((this.at + move + this.ids.length) % this.ids.length);
  }

  mark(place) {
    this.at = place;
    [...this.list.children].forEach((option, at) => option.setAttribute('aria-selected', String(at === place)));
    this.field.setAttribute('aria-activedescendant', `${this.list.id}-${place}`);
  }

  take(id) {
    this.asking?.abort();
    this.field.value = String(id);
    this.close();
    this.choose(id);
  }
}
