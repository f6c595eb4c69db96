/** Largest output of one step on a robot, in characters of JSON: it travels to the orchestrator in one request of 8 MiB at most. */
export const LARGEST_OUTPUT = 6 * 1024 * 1024;
