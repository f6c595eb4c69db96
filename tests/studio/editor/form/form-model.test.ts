import { describe, expect, it } from 'vitest';
import {
  fieldModel,
  formModel,
  isExpression,
  summaryOf,
  visibleFields,
  WIDGETS,
  wordsOf,
} from '../../../../studio/editor/form/form-model.ts';
import { literalOf, templateOf } from '../../../../studio/editor/form/literal-template.ts';
import { looseText, looseValue } from '../../../../studio/editor/form/loose-value.ts';
import { pathText, problemAt } from '../../../../studio/editor/form/field-path.ts';
import { hasIcon } from '../../../../studio/editor/canvas/node-icons.ts';
import { catalog } from '../support.ts';

describe('a field', () => {
  it.each([
    [{ type: 'string' }, 'text'],
    [{ type: 'integer' }, 'number'],
    [{ type: 'boolean' }, 'switch'],
    [{ type: 'string', enum: ['a', 'b'] }, 'select'],
    [{ anyOf: [{ const: 'a' }, { const: 'b' }] }, 'select'],
    [{ anyOf: [{ type: 'number' }, { type: 'null' }] }, 'number'],
    [{ type: 'array', items: { type: 'string' } }, 'list'],
    [{ type: 'object', properties: { a: {} } }, 'object'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'keyvalue'],
    [{}, 'any'],
    [{ type: 'string', 'x-widget': 'selector' }, 'selector'],
    [{ type: 'string', 'x-widget': 'made-up' }, 'text'],
  ] as const)('of %j is a %s', (schema, widget) => {
    expect(fieldModel('key', schema as never, false).widget).toBe(widget);
  });

  it('with a default is never asked for', () => {
    const [field] = formModel({
      ...(catalog.get('data.log') as never as object),
      params: { type: 'object', required: ['a'], properties: { a: { type: 'string', default: 'x' } } },
    } as never);
    expect(field).toMatchObject({ required: false, default: 'x' });
  });

  it('shows itself by the values of others, by their defaults too, and whenever an expression decides', () => {
    const fields = [
      fieldModel('method', { type: 'string', default: 'GET' }, false),
      fieldModel('body', { type: 'string', 'x-show-if': { method: ['POST'] } }, false),
    ];
    const shown = (values: Record<string, unknown>) => visibleFields(fields, values).main.map((field) => field.key);
    expect(shown({})).toEqual(['method']);
    expect(shown({ method: 'POST' })).toEqual(['method', 'body']);
    expect(shown({ method: '${vars.method}' })).toEqual(['method', 'body']);
  });

  it('is named by its title or by the words of its key', () => {
    expect(wordsOf('waitUntil')).toBe('Wait until');
    expect(wordsOf('GET')).toBe('GET');
    expect(fieldModel('maxRows', {}, false).title).toBe('Max rows');
  });
});

describe('the forms of the catalog', () => {
  it('have a known widget and a title for every parameter of every node type', () => {
    for (const descriptor of catalog.values()) {
      for (const field of formModel(descriptor)) {
        expect(WIDGETS).toContain(field.widget);
        expect({ type: descriptor.type, ...field }.title).not.toBe('');
      }
    }
  });

  it('show an icon for every node type (add what is missing to canvas/icon-list.ts)', () => {
    expect([...catalog.values()].map((descriptor) => descriptor.icon).filter((icon) => !hasIcon(icon))).toEqual([]);
  });
});

describe('plain values and expressions', () => {
  const text = fieldModel('text', { type: 'string' }, false);
  const count = fieldModel('count', { type: 'integer' }, false);

  it('change into each other without losing a constant', () => {
    expect(templateOf(count, 5)).toBe('${5}');
    expect(literalOf(count, '${5}')).toBe(5);
    expect(templateOf(text, 'hello')).toBe('hello');
    expect(literalOf(text, 'hello ${vars.a}')).toBe('hello ${vars.a}');
    expect(literalOf(count, '${vars.count}')).toBeUndefined();
  });

  it('are told apart', () => {
    expect(isExpression('${vars.a}')).toBe(true);
    expect(isExpression('costs 5 $')).toBe(false);
    expect(isExpression(5)).toBe(false);
  });

  it.each([5, true, null, 'text', '5', 'true', '', [1, 'a'], { a: 1 }])('read %j back as typed', (value) => {
    expect(looseValue(looseText(value))).toEqual(value);
  });
});

describe('problems', () => {
  const problem = (path: string) => ({
    code: 'PARAM_INVALID' as const,
    severity: 'error' as const,
    path,
    message: path,
  });

  it('stand at the field they are about', () => {
    const problems = [problem('nodes[3].params.rows[0].name'), problem('nodes[3].params.url')];
    expect(problemAt(problems, ['url'], false)?.path).toBe('nodes[3].params.url');
    expect(problemAt(problems, ['rows'], false)).toBeUndefined();
    expect(problemAt(problems, ['rows'], true)).toBeDefined();
    expect(problemAt(problems, ['rows', 0, 'name'], false)).toBeDefined();
    expect(pathText(['rows', 0, 'name'])).toBe('.rows[0].name');
  });
});

describe('the summary on a step', () => {
  it('is its first telling parameter that is set, never a password', () => {
    const fields = [
      fieldModel('secret', { type: 'string', 'x-widget': 'password' }, false),
      fieldModel('on', { type: 'boolean' }, false),
      fieldModel('url', { type: 'string' }, false),
    ];
    expect(summaryOf(fields, { secret: 'x', on: true, url: 'https://example.test' })).toBe('https://example.test');
    expect(summaryOf(fields, { secret: 'x' })).toBe('');
  });
});
