import { builtinNodes, type NodeDefinition } from '@casare/engine';

/** The node that calls a workflow, for beds of small test nodes. */
export const callNode = builtinNodes.find(({ type }) => type === 'workflow.call') as NodeDefinition;
