/** Runs in the page, so it uses nothing but its arguments. */
export function readState(element: Element, styles: string[]) {
  const isField = element.matches('input, textarea, select');
  const field = element as HTMLInputElement;
  const computed = getComputedStyle(element);
  const isTicked = element.matches('input[type=checkbox], input[type=radio]');
  const aria = element.getAttribute('aria-checked');
  const { top, left, bottom, right, width, height } = element.getBoundingClientRect();
  const enabled = !element.matches(':disabled, [aria-disabled="true"]');
  const root = element.getRootNode() as Document | ShadowRoot;
  return {
    visible: element.checkVisibility({ visibilityProperty: true }) && width > 0 && height > 0,
    enabled,
    editable: enabled && ((isField && !field.readOnly) || (element as HTMLElement).isContentEditable),
    checked: isTicked ? field.checked : aria === null ? null : aria === 'true',
    focused: root.activeElement === element,
    inView: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
    tag: element.tagName.toLowerCase(),
    text: ((element as HTMLElement).innerText ?? element.textContent ?? '').trim().slice(0, 1_000_000),
    value: isField ? (field.type === 'password' ? '' : field.value) : null,
    html: element.outerHTML.slice(0, 1_000_000),
    attributes: Object.fromEntries(
      [...element.attributes]
        .filter(({ name }) => !(name === 'value' && field.type === 'password'))
        .map(({ name, value }) => [name, value]),
    ),
    styles: Object.fromEntries(styles.map((name) => [name, computed.getPropertyValue(name)])),
  };
}
