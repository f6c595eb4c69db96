const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const minute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

type Time = string | number | null | undefined;

/** `14:03:21`. */
export const formatClock = (time: Time) => write(clock, time);
/** `14:03`. */
export const formatMinute = (time: Time) => write(minute, time);
/** Date and time, for tooltips and details. */
export const formatFull = (time: Time) => write(full, time);
export const formatDay = (time: Time) => write(day, time);

function write(format: Intl.DateTimeFormat, time: Time): string {
  if (time === null || time === undefined) return '–';
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '–' : format.format(date);
}
