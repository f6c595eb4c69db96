export { readRobotConfig, type RobotConfig } from './config.ts';
export { type Robot, startRobot } from './robot.ts';
