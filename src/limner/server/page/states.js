// What is shown while nothing can be: loading, nothing there, something wrong, a key wanted.

import {ApiError, findUsers, keepKey, readKey} from './api.js';
import {button, h, put} from './dom.js';
import {userPath} from './router.js';
import {t} from './words.js';

/** Say something to those who listen to the page instead of looking at it. */
export function announce(text) {
  const said = document.getElementById('said');
  said.textContent = '';
  requestAnimationFrame(() => { said.textContent = text; });
}

/** Show that something is being loaded: quiet boxes where it will be. */
export function showLoading(main, boxes = 5) {
  put(main, h('div', {class: 'grid loading', role: 'status', 'aria-label': t('loading')},
    h('span', {class: 'unseen'}, t('loading')),
    Array.from({length: boxes}, (_, place) => h('div', {class: `card ghost ${place ? 'half' : 'full'}`}))));
  main.setAttribute('aria-busy', 'true');
}

/** Put a finished view where the loading was. */
export function showView(main, title, ...children) {
  document.title = `${title} · Limner`;
  main.removeAttribute('aria-busy');
  put(main, children);
}

/** Return a line for a part that has nothing to show. */
export const nothing = (text) => h('p', {class: 'nothing'}, text);

/** Show why there is nothing to see and what can be done. */
export async function showFailure(stage, error) {
  if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return askForKey(stage, error);
  if (error instanceof ApiError && error.status === 404 && stage.ids.length) return showUnknown(stage, error);
  const offline = error instanceof ApiError && error.status === 0;
  const title = t(offline ? 'failed.offline' : 'failed.title');
  showView(stage.main, title, message(title, offline ? t('failed.offline.text') : error.message,
    error.hint && h('p', {}, error.hint), button(t('failed.again'), stage.again, {class: 'primary'})));
  announce(title);
  if (!(error instanceof ApiError)) console.error(error);
}

async function showUnknown(stage, error) {
  const near = await Promise.all(stage.ids.map((id) => findUsers(id, 5, stage.signal).catch(() => [])));
  const ids = [...new Set(near.flat().map((one) => one.user_id))].filter((id) => !stage.ids.includes(String(id)));
  const title = t('unknown.title', {id: stage.ids.join(', ')});
  showView(stage.main, title, message(title, t('unknown.text'),
    ids.length ? [h('p', {id: 'near'}, t('unknown.near')), h('ul', {class: 'chips', 'aria-labelledby': 'near'},
      ids.map((id) => h('li', {}, h('a', {class: 'chip', href: userPath(id)}, String(id)))))] : error.hint));
  announce(title);
}

function askForKey(stage, error) {
  const refused = error.status === 403 || readKey() !== '';
  const field = h('input', {id: 'key', type: 'password', autocomplete: 'off', required: true});
  const submit = (event) => {
    event.preventDefault();
    keepKey(field.value.trim());
    stage.again();
  };
  showView(stage.main, t('key.title'), message(t('key.title'), t(refused ? 'key.refused' : 'key.text'),
    h('form', {class: 'key', on: {submit}}, h('label', {for: 'key'}, t('key.label')), field,
      h('button', {type: 'submit', class: 'primary'}, t('key.go'))),
    h('p', {class: 'small'}, t('key.kept'))));
  if (refused) announce(t('key.refused'));
  field.focus();
}

const message = (title, text, ...more) =>
  h('section', {class: 'message card'}, h('h1', {tabindex: '-1'}, title), h('p', {}, text), more);
