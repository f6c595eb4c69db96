/** What JavaScript has and expressions do not, with what to do instead. */
export const REFUSED_SYNTAX: ReadonlyMap<string, string> = new Map([
  ['AssignmentExpression', 'An expression cannot change anything. Use the "Set variable" node, or == to compare.'],
  ['UpdateExpression', 'An expression cannot change anything. Write a + 1, or use the "Set variable" node.'],
  ['SequenceExpression', 'One expression has one result: remove the comma, or make a list with [ ].'],
  ['ArrowFunctionExpression', 'An arrow function is allowed only as an argument, as in list.map(x => x.name).'],
  ['FunctionExpression', 'Write an arrow function: x => …'],
  ['ClassExpression', 'Classes are not available in an expression.'],
  ['NewExpression', "'new' is not available. Dates are texts: parseDate('2026-03-01'), now()."],
  [
    'ThisExpression',
    "'this' is not available. Write vars, steps, input, item, index, error, run, env, credentials or assets.",
  ],
  ['MetaProperty', 'This is not available in an expression.'],
  ['ImportExpression', 'Nothing can be imported in an expression.'],
  ['AwaitExpression', "'await' is not available; an expression never waits."],
  ['YieldExpression', "'yield' is not available."],
  ['TaggedTemplateExpression', 'Tagged templates are not available; write a plain `…`.'],
  [
    'RegExp',
    'Regular expressions are not available here: use matches(text, pattern) with * and ?, or the "Regex" node.',
  ],
]);
