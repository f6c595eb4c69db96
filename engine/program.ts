import type { Effect, ExpressionScope, Workflow, WorkflowNode } from '@casare/shared';
import type { NodeDefinition } from './define-node.ts';
import type { Registry } from './registry.ts';
import type { VaultNeeds } from './vault/run-vault.ts';

/** Reads the parameters of a step: fixed ones were parsed once, the others are evaluated each time. */
export interface StepParams {
  /** Parsed and frozen; undefined when an expression stands in them. */
  readonly fixed: Record<string, unknown> | undefined;
  /** Evaluates and parses; EXPRESSION_FAILED, PARAMS_INVALID. */
  read(scope: ExpressionScope): Record<string, unknown>;
}

/** A step as the loop needs it: everything that is known beforehand stands in a field. */
export interface ProgramNode {
  /** Index in `Program.nodes` and in the outputs of a run. */
  readonly slot: number;
  readonly id: string;
  readonly definition: NodeDefinition;
  readonly source: WorkflowNode;
  readonly disabled: boolean;
  /** More than one token can reach it within one pass of its scope, so its path may need `#2`. */
  readonly repeats: boolean;
  /** Nothing to do around it: no retry, time limit, breakpoint, pinned output; pure or idempotent whatever the parameters. */
  readonly plain: boolean;
  /** May leave the browser elsewhere than it was. */
  readonly movesBrowser: boolean;
  /** The worst the type can do; `definition.effectOf` may say less. */
  readonly effect: Effect;
  readonly params: StepParams;
  /** Port of a result that names none. */
  readonly firstPort: string;
  /** Targets by port, last wire first: they are pushed on a stack. */
  readonly targets: ReadonlyMap<string, readonly number[]>;
  readonly firstTargets: readonly number[];
  /** Ports a result may name. */
  readonly ports: ReadonlySet<string>;
  /** Scope behind each wired body port. */
  readonly bodies: ReadonlyMap<string, number>;
  readonly onError: 'stop' | 'continue' | 'port';
  readonly errorPort: string;
}

export interface ProgramScope {
  /** Nodes where it begins, last wire first. */
  readonly entries: readonly number[];
  /** Range of slots of everything in it, nested scopes included. */
  readonly start: number;
  readonly end: number;
}

/** A compiled workflow. Immutable; any number of runs may share it. */
export interface Program {
  readonly document: Workflow;
  readonly nodes: readonly ProgramNode[];
  /** Scope 0 is the workflow itself. */
  readonly scopes: readonly ProgramScope[];
  readonly outputs: readonly { readonly name: string; read(scope: ExpressionScope): unknown }[];
  readonly slots: ReadonlyMap<string, number>;
  /** Credentials and assets that its expressions name; a run asks for them before its first step. */
  readonly needs: VaultNeeds;
  /** The node types it was compiled with, for the workflows it calls. */
  readonly registry: Registry;
}
