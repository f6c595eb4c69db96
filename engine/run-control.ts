/** The hand on a running workflow: pause between nodes, go on, go one step. */
export interface RunControl {
  pause(): void;
  resume(): void;
  /** Runs one more node, then pauses again. */
  step(): void;
  readonly paused: boolean;
}
