// Correcting a fact, taking it back, and seeing what the ranking makes of it.

import {correct, recommend, undo} from './api.js';
import {button, h, put} from './dom.js';
import {drawMoves, findMoves} from './moves.js';
import {preferences} from './preferences.js';
import {announce} from './states.js';
import {mood} from './interests.js';
import {t} from './words.js';

const WATCHED = 50;
const LIKED = ['interest', 'sentiment'];

/** Return what can be decided of a fact. */
export function offerCorrections(portrait, fact, act) {
  const path = `${fact.dimension}/${fact.key}=${fact.value}`;
  const effect = h('div', {class: 'effect'});
  const choices = h('div', {class: 'choices'});
  const decide = (change, said) => carryOut({portrait, act, effect, choices, path}, change, said);
  put(choices, portrait.corrected.has(path) ? undoButton(portrait, path, decide) : [
    button(t('correct.pin'), () => decide(() => correct(portrait.id, path, {pin: true}), 'correct.pinned')),
    button(t('correct.forbid'), () => decide(() => correct(portrait.id, path, {forbid: true}), 'correct.forbidden'), {class: 'danger'}),
    LIKED.includes(fact.dimension) ? [['liked', 1], ['mixed', 0], ['disliked', -1]].map(([name, liking]) =>
      button(`${mood(liking).text[0]} ${t(`correct.${name}`)}`, () => decide(() => correct(portrait.id, path, {set: {liking}}), 'correct.set'))) : null,
    fact.dimension === 'demographic' ? valueForm(portrait, fact, decide) : null]);
  return h('section', {class: 'correct', 'aria-labelledby': 'correct-title'}, h('h3', {id: 'correct-title'}, t('correct.title')),
    h('p', {class: 'small'}, t('correct.text')), choices, effect);
}

function undoButton(portrait, path, decide) {
  return button(t('correct.undo'), () => decide(() => undo(portrait.id, path), 'correct.undone'), {class: 'primary'});
}

function valueForm(portrait, fact, decide) {
  const field = h('input', {id: 'correct-value', value: fact.value, required: true});
  const submit = (event) => {
    event.preventDefault();
    const path = `${fact.dimension}/${fact.key}=${field.value.trim()}`;
    decide(() => correct(portrait.id, path, {set: {value: field.value.trim()}}), 'correct.set', path);
  };
  return h('form', {class: 'inline', on: {submit}}, h('label', {for: 'correct-value'}, t('correct.value')), field,
    h('button', {type: 'submit'}, t('correct.save')));
}

/** Change something, draw the portrait anew, and show how the ranking moved. */
async function carryOut({portrait, act, effect, choices, path}, change, said) {
  for (const one of choices.querySelectorAll('button')) one.disabled = true;
  try {
    const before = await recommend(portrait.id, WATCHED, preferences.lang, act.signal);
    await change();
    const after = await recommend(portrait.id, WATCHED, preferences.lang, act.signal);
    const moves = findMoves(before.items, after.items);
    await act.redraw(moves);
    const moved = moves.filter((one) => one.before !== one.after).length;
    put(choices, h('p', {class: 'done'}, `✓ ${t(said)}`), said === 'correct.undone' || path.startsWith('demographic') ? null
      : button(t('correct.undo'), () => carryOut({portrait, act, effect, choices, path}, () => undo(portrait.id, path), 'correct.undone')));
    put(effect, h('h3', {}, t('moves.title')), drawMoves(moves));
    announce(`${t(said)}. ${t('moves.said', {n: moved})}`);
    choices.querySelector('button')?.focus();
  } catch (error) {
    if (act.signal.aborted) return;
    for (const one of choices.querySelectorAll('button')) one.disabled = false;
    put(effect, h('p', {class: 'wrong', role: 'alert'}, error.message, error.hint ? ` ${error.hint}` : ''));
  }
}

/** Return the list of what was corrected of a user, each with its undoing. */
export function listCorrections(portrait, act) {
  if (!portrait.corrections.length) return null;
  return h('section', {class: 'corrected', 'aria-labelledby': 'corrected-title'},
    h('h3', {id: 'corrected-title'}, t('corrected.title')),
    h('ul', {}, portrait.corrections.map((one) => {
      const effect = h('div', {class: 'effect'});
      const choices = h('span', {class: 'choices'});
      const takeBack = () => carryOut({portrait, act, effect, choices, path: one.fact}, () => undo(portrait.id, one.fact), 'correct.undone')
        .then(() => document.getElementById('facts')?.querySelector('button')?.focus({preventScroll: true}));
      put(choices, button(t('correct.undo'), takeBack, {'aria-label': t('corrected.undo', {fact: one.fact})}));
      return h('li', {}, h('span', {}, h('b', {}, t(`verb.${one.verb}`)), ' ', h('code', {}, one.fact),
        one.liking === null || one.liking === undefined ? '' : ` ${mood(one.liking).text}`), choices, effect);
    })));
}
