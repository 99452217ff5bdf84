// What the service answers: JSON, or an error that says what to do.

const KEY = 'limner.key';

/** What went wrong with a request: `status` 0 where the service could not be reached. */
export class ApiError extends Error {
  constructor(status, code, message, hint = '') {
    super(message);
    Object.assign(this, {status, code, hint});
  }
}

export const readKey = () => sessionStorage.getItem(KEY) ?? '';
export const keepKey = (key) => (key ? sessionStorage.setItem(KEY, key) : sessionStorage.removeItem(KEY));

/** Return the JSON of a path under this page's own address. */
export async function ask(path, {method = 'GET', body, signal} = {}) {
  const headers = {accept: 'application/json'};
  if (readKey()) headers.authorization = `Bearer ${readKey()}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  let answer;
  try {
    answer = await fetch(path, {method, headers, signal, body: body && JSON.stringify(body)});
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', String(error.message));
  }
  const told = await answer.json().catch(() => null);
  if (answer.ok) return told;
  const {code = 'error', message = answer.statusText, hint = ''} = told?.error ?? {};
  throw new ApiError(answer.status, code, message, hint ?? '');
}

const user = (id) => `users/${encodeURIComponent(id)}`;
const asked = (values) => {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return given.length ? `?${new URLSearchParams(given)}` : '';
};

export const readProfile = (id, lang, signal) => ask(user(id) + asked({lang}), {signal});
export const readCharts = (id, signal) => ask(`${user(id)}/charts`, {signal});
export const readRow = (id, row, signal) => ask(`${user(id)}/rows/${encodeURIComponent(row)}`, {signal});
export const readVector = (id, signal) => ask(`${user(id)}/vector`, {signal});
export const explain = (id, item, lang, signal) =>
  ask(`${user(id)}/explanations/${encodeURIComponent(item)}${asked({lang})}`, {signal});
export const readPopulation = (signal) => ask('population', {signal});
export const readSegments = (lang, signal) => ask(`population/segments${asked({lang})}`, {signal});
export const findUsers = async (query, limit, signal) =>
  (await ask(`population/users${asked({query, limit})}`, {signal})).users;

/** Return the list of recommendations, best first. */
export async function recommend(id, k, lang, signal) {
  const told = await ask(`${user(id)}/recommendations${asked({k, lang})}`, {signal});
  return Array.isArray(told) ? {recommendations: told} : told;
}

export async function readSimilar(id, k, lang, signal) {
  const told = await ask(`${user(id)}/similar${asked({k, lang})}`, {signal});
  return Array.isArray(told) ? told : told.similar;
}

export async function readCorrections(id, signal) {
  const told = await ask(`${user(id)}/corrections`, {signal});
  return Array.isArray(told) ? told : told.corrections;
}

/** Correct a fact: `decided` is {forbid: true}, {pin: true} or {set: {liking: -1}}. */
export const correct = (id, fact, decided) =>
  ask(`${user(id)}/corrections`, {method: 'POST', body: {fact, ...decided}});
export const undo = (id, fact) => ask(`${user(id)}/corrections${asked({fact})}`, {method: 'DELETE'});
