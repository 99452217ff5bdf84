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
export const compare = (id, other, lang, signal) => ask(`compare${asked({a: id, b: other, lang})}`, {signal});
export const explain = (id, item, lang, signal) =>
  ask(`${user(id)}/explanations/${encodeURIComponent(item)}${asked({lang})}`, {signal});
export const readOverview = (signal) => ask('overview', {signal});
export const readSegments = async (lang, signal) => (await ask(`segments${asked({lang})}`, {signal})).segments;
/** Return users with what is said of them beside their id, at most `limit`. */
export const findUsers = async (q, limit, signal) => (await ask(`search${asked({q, limit})}`, {signal})).users;
/** Return {items, note}: the best items first. */
export const recommend = (id, k, lang, signal) => ask(`${user(id)}/recommendations${asked({k, lang})}`, {signal});
export const readSimilar = async (id, k, lang, signal) =>
  (await ask(`${user(id)}/similar${asked({k, lang})}`, {signal})).users;
export const readCorrections = async (id, signal) => (await ask(`${user(id)}/corrections`, {signal})).corrections;

/** Correct a fact: `decided` is {forbid: true}, {pin: true} or {set: {liking: -1}}. */
export const correct = (id, fact, decided) =>
  ask(`${user(id)}/corrections`, {method: 'POST', body: {fact, ...decided}});
export const undo = (id, fact) => ask(`${user(id)}/corrections${asked({fact})}`, {method: 'DELETE'});
