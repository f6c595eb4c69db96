/**
 * A date whose "local" time is that of a chosen zone. date-fns asks dates for their local parts, which are those of the
 * machine; this one answers with the wall clock of the zone instead, kept as if it were UTC. So no result depends on
 * where the robot stands.
 */
export class WallDate extends Date {
  /** Minutes east of UTC; asked by date-fns for the tokens x and X. */
  readonly offsetMinutes: number;

  constructor(value: number, offsetMinutes = 0) {
    super(value);
    this.offsetMinutes = offsetMinutes;
  }

  /** How date-fns makes copies. */
  [Symbol.for('constructDateFrom')](value: Date | number | string): WallDate {
    return new WallDate(value instanceof Date ? value.getTime() : new Date(value).getTime(), this.offsetMinutes);
  }

  override getTimezoneOffset = () => -this.offsetMinutes;
  override getFullYear = () => this.getUTCFullYear();
  override getMonth = () => this.getUTCMonth();
  override getDate = () => this.getUTCDate();
  override getDay = () => this.getUTCDay();
  override getHours = () => this.getUTCHours();
  override getMinutes = () => this.getUTCMinutes();
  override getSeconds = () => this.getUTCSeconds();
  override getMilliseconds = () => this.getUTCMilliseconds();
  override setFullYear = (...args: Parameters<Date['setUTCFullYear']>) => this.setUTCFullYear(...args);
  override setMonth = (...args: Parameters<Date['setUTCMonth']>) => this.setUTCMonth(...args);
  override setDate = (...args: Parameters<Date['setUTCDate']>) => this.setUTCDate(...args);
  override setHours = (...args: Parameters<Date['setUTCHours']>) => this.setUTCHours(...args);
  override setMinutes = (...args: Parameters<Date['setUTCMinutes']>) => this.setUTCMinutes(...args);
  override setSeconds = (...args: Parameters<Date['setUTCSeconds']>) => this.setUTCSeconds(...args);
  override setMilliseconds = (...args: Parameters<Date['setUTCMilliseconds']>) => this.setUTCMilliseconds(...args);
}
