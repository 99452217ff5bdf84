// Elements, made without markup: text is always set as text, so nothing a user wrote can become code.

const SVG = 'http://www.w3.org/2000/svg';

/** Return an HTML element; `props` are attributes, `on` listeners, children nodes or text. */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** Return an SVG element. */
export function s(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

/** Put new children in the place of the old ones. */
export function put(node, ...children) {
  node.replaceChildren(...flatten(children));
  return node;
}

/** Return a button that looks like text or like a button, by its class. */
export function button(text, act, props = {}) {
  return h('button', {type: 'button', ...props, on: {click: act}}, text);
}

function fill(node, {on = {}, ...attributes}, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const [name, listen] of Object.entries(on)) node.addEventListener(name, listen);
  node.append(...flatten(children));
  return node;
}

function flatten(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}
