/** How long jobs stood still after the process that ran them had died. */
export interface Recovery {
  /** The robot with these jobs has died. */
  died(robot: string, jobIds: readonly string[]): void;
  /** A new process of the robot begins to start. */
  starting(robot: string): void;
  /** A line of a robot's log: says when it begins with a job. */
  heard(robot: string, line: string): void;
  /** Longest so far in seconds: from the start of the same robot, from the death to another robot. */
  readonly longest: { readonly sameRobot: number; readonly anotherRobot: number };
}

export function createRecovery(clock: () => number = () => performance.now()): Recovery {
  const deaths = new Map<string, { robot: string; at: number }>();
  const starts = new Map<string, number>();
  const longest = { sameRobot: 0, anotherRobot: 0 };
  return {
    died(robot, jobIds) {
      for (const jobId of jobIds) deaths.set(jobId, { robot, at: clock() });
    },
    starting: (robot) => void starts.set(robot, clock()),
    heard(robot, line) {
      if (!line.includes('"job started"')) return;
      const { jobId } = JSON.parse(line) as { jobId: string };
      const death = deaths.get(jobId);
      if (!death) return;
      deaths.delete(jobId);
      const seconds = (from: number) => (clock() - from) / 1000;
      if (death.robot === robot)
        longest.sameRobot = Math.max(longest.sameRobot, seconds(starts.get(robot) ?? death.at));
      else longest.anotherRobot = Math.max(longest.anotherRobot, seconds(death.at));
    },
    get longest() {
      return { ...longest };
    },
  };
}
