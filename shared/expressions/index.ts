export {
  type Compiled,
  type CompiledExpression,
  type CompileOptions,
  type CompileResult,
  compileExpression,
  type ExpressionProblem,
} from './compile.ts';
export { findRoots, type RootUse } from './find-roots.ts';
export { type FunctionEntry, FUNCTIONS } from './functions.ts';
export { LIMITS as EXPRESSION_LIMITS } from './limits.ts';
export { EMPTY_SCOPE, type ExpressionScope } from './scope.ts';
export { compileTemplate, compileValue, parseTemplateParts, type TemplatePart } from './template.ts';
