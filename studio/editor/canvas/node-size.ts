/** Size of a step on the canvas; layout and placing need it before anything is drawn. */
export const NODE_WIDTH = 208;
export const NODE_HEIGHT = 64;
/** A row for each further outgoing port. */
const PORT_ROW = 22;
/** From the top of a step to the middle of its first port: level with the line below the title, so that names of ports leave the title its room. */
export const FIRST_PORT = 40;

export function nodeHeight(ports: number): number {
  return NODE_HEIGHT + Math.max(0, ports - 1) * PORT_ROW;
}

export function portOffset(index: number): number {
  return FIRST_PORT + index * PORT_ROW;
}
