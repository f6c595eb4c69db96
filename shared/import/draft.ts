import { compileValue } from '../expressions/template.ts';
import type { CatalogIndex } from '../node-descriptor.ts';
import { validateWorkflow } from '../validate/validate.ts';
import type { Workflow, WorkflowInput, WorkflowNode, WorkflowVariable } from '../workflow.ts';
import { jsonCopy } from './json.ts';
import { createNameGiver } from './names.ts';
import type { ImportReport } from './report.ts';

/** The steps behind one body port; the outermost scope has no owner. */
export interface DraftScope {
  parent: DraftScope | undefined;
  /** Id of the loop; what leaves the scope goes on at its port `out`. */
  owner: string;
  /** Made by the import because a list arrived, so a step that needs the whole list may end it. */
  isAutomatic: boolean;
}

/** Where a wire can begin. */
export interface Exit {
  step: string;
  port: string;
  scope: DraftScope;
}

export interface NewStep
  extends Pick<WorkflowNode, 'type' | 'name'>,
    Partial<Omit<WorkflowNode, 'type' | 'name' | 'params'>> {
  params?: Record<string, unknown>;
}

/** A workflow while it is put together. */
export interface Draft {
  readonly root: DraftScope;
  addStep(step: NewStep): string;
  connect(from: Exit, to: string, targetScope: DraftScope): void;
  addNote(text: string, position: { x: number; y: number }, size?: { width: number; height: number }): void;
  addFrame(frame: Workflow['frames'][number]): void;
  addInput(input: Pick<WorkflowInput, 'name'> & Partial<WorkflowInput>): string;
  /** A variable by its wished name; asking twice for the same gives the same. */
  addVariable(variable: Pick<WorkflowVariable, 'name'> & Partial<WorkflowVariable>): string;
  addOutput(output: Workflow['outputs'][number]): void;
  variableName(wish: string): string;
  step(id: string): WorkflowNode | undefined;
  /** Room for a step put in front of others: whatever stands at x or right of it moves on, also what comes later. */
  makeRoomAt(x: number): void;
  /** Where something of the other product stands here, after all the room that was made. */
  place(position: { x: number; y: number }): { x: number; y: number };
  finish(catalog: CatalogIndex): { workflow: Workflow; problems: ImportReport['problems'] };
}

const STEP_WIDTH = 280;
const MAX_NOTE = 20_000;

export function createDraft(id: string, name: string, description = ''): Draft {
  const root: DraftScope = { parent: undefined, owner: '', isAutomatic: false };
  const [steps, wires] = [new Map<string, WorkflowNode>(), new Set<string>()];
  const stepNames = createNameGiver();
  const variableNames = createNameGiver();
  const edges: Workflow['edges'] = [];
  const variables: WorkflowVariable[] = [];
  const inputs: WorkflowInput[] = [];
  const outputs: Workflow['outputs'] = [];
  const notes: Workflow['notes'] = [];
  const frames: Workflow['frames'] = [];
  const rooms: number[] = [];
  return {
    root,
    addStep(step) {
      const stepId = stepNames.give(step.id ?? step.name, 'step');
      steps.set(stepId, {
        version: 1,
        position: { x: 0, y: 0 },
        ...step,
        id: stepId,
        name: step.name.slice(0, 200),
        params: jsonCopy(step.params ?? {}) as WorkflowNode['params'],
        ...(step.notes !== undefined && { notes: step.notes.slice(0, MAX_NOTE) }),
      });
      return stepId;
    },
    connect(from, to, targetScope) {
      const { step, port } = leaveUntil(from, targetScope);
      const key = `${step}\n${port}\n${to}`;
      if (step === to || step === '' || wires.has(key)) return;
      wires.add(key);
      edges.push({ id: `wire${edges.length + 1}`, from: { node: step, port }, to: { node: to, port: 'in' } });
    },
    addNote(text, position, size) {
      if (notes.length < 1000)
        notes.push({ id: `note${notes.length + 1}`, text: text.slice(0, MAX_NOTE), position, ...(size && { size }) });
    },
    addFrame: (frame) => void (frames.length < 1000 && frames.push(frame)),
    addInput(input) {
      if (!inputs.some((one) => one.name === input.name) && inputs.length < 200) inputs.push({ type: 'any', ...input });
      return input.name;
    },
    addVariable(variable) {
      if (!variables.some((one) => one.name === variable.name) && variables.length < 1000)
        variables.push({ type: 'any', ...variable });
      return variable.name;
    },
    addOutput: (output) => void outputs.push(output),
    variableName: (wish) => variableNames.give(wish, 'value'),
    step: (stepId) => steps.get(stepId),
    place: ({ x, y }) => ({ x: rooms.reduce((at, from) => (at >= from ? at + STEP_WIDTH : at), x), y }),
    makeRoomAt(x) {
      rooms.push(x);
      for (const step of steps.values())
        if (step.position.x >= x) step.position = { ...step.position, x: step.position.x + STEP_WIDTH };
      for (const note of notes)
        if (note.position.x >= x) note.position = { ...note.position, x: note.position.x + STEP_WIDTH };
    },
    finish(catalog) {
      const nodes = [...steps.values()];
      declareWhatIsRead(nodes, variables, inputs);
      const workflow: Workflow = {
        schemaVersion: 1,
        id,
        name: name.slice(0, 200) || id,
        description: description.slice(0, MAX_NOTE),
        nodes,
        edges,
        variables,
        inputs,
        outputs,
        requires: { capabilities: [], tags: [] },
        settings: {},
        frames,
        notes,
      };
      return {
        workflow,
        problems: validateWorkflow(workflow, catalog).map((problem) => ({ workflow: id, ...problem })),
      };
    },
  };
}

/** A wire out of a loop begins at the loop's own port, because a body ends where its wire ends. */
export function leaveUntil(exit: Exit, target: DraftScope): Exit {
  let from = exit;
  while (from.scope !== target && from.scope.parent)
    from = { step: from.scope.owner, port: 'out', scope: from.scope.parent };
  return from;
}

export function commonScope(a: DraftScope, b: DraftScope): DraftScope {
  const around = new Set<DraftScope>();
  for (let scope: DraftScope | undefined = a; scope; scope = scope.parent) around.add(scope);
  let scope = b;
  while (!around.has(scope) && scope.parent) scope = scope.parent;
  return scope;
}

/** Inputs and variables that expressions read and nobody declared: the other product knew them by itself. */
function declareWhatIsRead(nodes: WorkflowNode[], variables: WorkflowVariable[], inputs: WorkflowInput[]): void {
  const assigned = new Set(nodes.filter((node) => node.type === 'data.setVariable').map((node) => node.params.name));
  for (const node of nodes) {
    if (node.type === 'code.javascript') continue;
    const compiled = compileValue(node.params, { stepSlot: () => 0 });
    if (!compiled.ok) continue;
    for (const name of compiled.expression.references.input)
      if (/^[A-Za-z_]\w{0,63}$/.test(name) && !inputs.some((one) => one.name === name) && inputs.length < 200)
        inputs.push({ name, type: 'any' });
    for (const name of compiled.expression.references.vars)
      if (/^[A-Za-z_]\w{0,63}$/.test(name) && !assigned.has(name) && !variables.some((one) => one.name === name))
        variables.push({ name, type: 'any' });
  }
}
