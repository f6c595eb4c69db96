export type RoundingMode = 'halfUp' | 'halfEven' | 'up' | 'down' | 'ceil' | 'floor';

/**
 * Rounds the number as it is written: 1.005 to two digits is 1.01 although its binary form lies a little below. So the
 * point is moved in the decimal notation and not by a multiplication, which would bring the binary noise back.
 */
export function roundTo(value: number, digits: number, mode: RoundingMode): number {
  if (!Number.isFinite(value)) return value;
  const scaled = movePoint(Math.abs(value), digits);
  const whole = Math.floor(scaled);
  const rest = scaled - whole;
  const isNegative = value < 0;
  const away = {
    halfUp: rest >= 0.5,
    halfEven: rest > 0.5 || (rest === 0.5 && whole % 2 === 1),
    up: rest > 0,
    down: false,
    ceil: rest > 0 && !isNegative,
    floor: rest > 0 && isNegative,
  }[mode];
  const rounded = movePoint(whole + (away ? 1 : 0), -digits);
  return isNegative && rounded !== 0 ? -rounded : rounded;
}

function movePoint(value: number, places: number): number {
  const [mantissa = '0', exponent = '0'] = value.toString().split('e');
  return Number(`${mantissa}e${Number(exponent) + places}`);
}
