// Addresses of what is shown: #/ , #/user/ID , #/compare/A/B , #/population.

/** Return the name of the view and its ids. */
export function readRoute() {
  const parts = location.hash.replace(/^#\/?/, '').split('/').map(decode);
  const [name, ...ids] = parts;
  if (name === 'user' && ids[0]) return {name, ids: [ids.join('/')]};
  if (name === 'compare') return {name, ids: ids.slice(0, 2)};
  if (name === 'population') return {name, ids: []};
  return {name: 'landing', ids: []};
}

export const userPath = (id) => `#/user/${encodeURIComponent(id)}`;
export const comparePath = (one, other) =>
  `#/compare/${[one, other].filter((id) => id !== undefined && id !== '').map(encodeURIComponent).join('/')}`;
export const go = (hash) => { location.hash = hash; };

function decode(part) {
  try { return decodeURIComponent(part); } catch { return part; }
}
