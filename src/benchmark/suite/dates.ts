/** Problems over dates and clock times as plain arithmetic, in the calendar of today taken back for all years. */
import type { SuiteRecord } from './record';

export const DATES: readonly SuiteRecord[] = [
  {
    name: 'is-leap-year', level: 'easy', params: ['year'], text: 'Tests whether a year has a 29th of February: every fourth year does, of the full hundreds only every fourth.',
    javascript: 'return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);',
    python: 'return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)',
    ruby: 'year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)',
    cases: [[2000, true], [1900, false], [2024, true], [2023, false], [2026, false], [2100, false], [2400, true], [4, true], [1, false], [1600, true]],
  },
  {
    name: 'days-in-month', level: 'easy', params: ['year', 'month'], text: 'Says how many days a month from 1 to 12 has in a year.',
    javascript: `
      if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
      return [4, 6, 9, 11].includes(month) ? 30 : 31;`,
    python: `
      if month == 2:
          return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
      return 30 if month in [4, 6, 9, 11] else 31`,
    ruby: `
      return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 if month == 2
      [4, 6, 9, 11].include?(month) ? 30 : 31`,
    cases: [[2023, 1, 31], [2023, 2, 28], [2024, 2, 29], [1900, 2, 28], [2000, 2, 29], [2023, 4, 30], [2023, 6, 30], [2023, 7, 31], [2023, 8, 31], [2023, 9, 30], [2023, 11, 30], [2023, 12, 31]],
  },
  {
    name: 'day-of-year', level: 'middle', params: ['year', 'month', 'day'], text: 'Says which day of its year a date is, counted from 1 for the first of January.',
    javascript: `
      const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
      const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
      return lengths.slice(0, month - 1).reduce((a, b) => a + b, day);`,
    python: `
      leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
      lengths = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      return sum(lengths[:month - 1]) + day`,
    ruby: `
      leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      lengths.take(month - 1).sum + day`,
    cases: [[2023, 1, 1, 1], [2023, 1, 31, 31], [2023, 2, 1, 32], [2023, 3, 1, 60], [2024, 3, 1, 61], [1900, 3, 1, 60], [2000, 3, 1, 61], [2023, 12, 31, 365], [2024, 12, 31, 366], [2024, 2, 29, 60]],
  },
  {
    name: 'weekday-of', level: 'hard', params: ['year', 'month', 'day'], text: 'Gives the weekday of a date from the year 1 on as a number, 0 for Monday to 6 for Sunday. The first of January of the year 1 was a Monday.',
    javascript: `
      const before = year - 1;
      const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
      const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
      let days = before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
      for (let m = 1; m < month; m++) days += lengths[m - 1];
      return (days + day - 1) % 7;`,
    python: `
      before = year - 1
      leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
      lengths = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      days = before * 365 + before // 4 - before // 100 + before // 400
      return (days + sum(lengths[:month - 1]) + day - 1) % 7`,
    ruby: `
      before = year - 1
      leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      days = before * 365 + before / 4 - before / 100 + before / 400
      (days + lengths.take(month - 1).sum + day - 1) % 7`,
    cases: [[1, 1, 1, 0], [1, 1, 7, 6], [2000, 1, 1, 5], [1970, 1, 1, 3], [2024, 2, 29, 3], [2024, 3, 1, 4], [2023, 3, 1, 2], [1900, 3, 1, 3], [2000, 3, 1, 2], [2023, 12, 31, 6], [1999, 12, 31, 4]],
  },
  {
    name: 'add-minutes', level: 'middle', params: ['clock', 'minutes'], text: 'Moves a clock time like 09:05 by some minutes, which may be negative and more than a day. The clock goes on with 00:00 after 23:59.',
    javascript: `
      const [h, m] = clock.split(':').map(Number);
      const total = (((h * 60 + m + minutes) % 1440) + 1440) % 1440;
      const two = n => String(n).padStart(2, '0');
      return two(Math.floor(total / 60)) + ':' + two(total % 60);`,
    python: `
      h, m = map(int, clock.split(':'))
      total = (h * 60 + m + minutes) % 1440
      return '%02d:%02d' % (total // 60, total % 60)`,
    ruby: `
      h, m = clock.split(':').map(&:to_i)
      total = (h * 60 + m + minutes) % 1440
      format('%02d:%02d', total / 60, total % 60)`,
    cases: [['00:00', 0, '00:00'], ['09:05', 1, '09:06'], ['09:59', 1, '10:00'], ['23:59', 1, '00:00'], ['00:00', -1, '23:59'], ['12:30', 60, '13:30'], ['12:30', 1440, '12:30'], ['12:30', -1500, '11:30'], ['08:08', 3000, '10:08'], ['20:10', 619, '06:29']],
  },
  {
    name: 'minutes-until', level: 'easy', params: ['now', 'alarm'], text: 'Says how many minutes pass from one clock time like 09:05 until the clock shows another one next. Equal times are 0 minutes apart.',
    javascript: `
      const minutes = clock => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
      return (minutes(alarm) - minutes(now) + 1440) % 1440;`,
    python: `
      def minutes(clock):
          return int(clock[:2]) * 60 + int(clock[3:])
      return (minutes(alarm) - minutes(now)) % 1440`,
    ruby: `
      minutes = ->(clock) { clock[0, 2].to_i * 60 + clock[3, 2].to_i }
      (minutes.call(alarm) - minutes.call(now)) % 1440`,
    cases: [['00:00', '00:00', 0], ['09:05', '09:06', 1], ['09:06', '09:05', 1439], ['09:59', '10:00', 1], ['23:59', '00:00', 1], ['00:00', '23:59', 1439], ['12:30', '13:30', 60], ['22:15', '06:45', 510], ['08:08', '08:08', 0]],
  },
  {
    name: 'spell-seconds', level: 'middle', params: ['seconds'], text: 'Writes a number of seconds, 0 or more, as hours, minutes and seconds with the letters h, m and s, parted by spaces. Parts that are 0 are left out, but for 0s alone.',
    javascript: `
      const parts = [[Math.floor(seconds / 3600), 'h'], [Math.floor(seconds / 60) % 60, 'm'], [seconds % 60, 's']];
      return parts.filter(part => part[0] > 0).map(part => part.join('')).join(' ') || '0s';`,
    python: `
      parts = [(seconds // 3600, 'h'), (seconds // 60 % 60, 'm'), (seconds % 60, 's')]
      return ' '.join(str(n) + unit for n, unit in parts if n > 0) or '0s'`,
    ruby: `
      return '0s' if seconds == 0
      parts = [[seconds / 3600, 'h'], [seconds / 60 % 60, 'm'], [seconds % 60, 's']]
      parts.select { |n, _| n > 0 }.map(&:join).join(' ')`,
    cases: [[0, '0s'], [1, '1s'], [59, '59s'], [60, '1m'], [61, '1m 1s'], [3599, '59m 59s'], [3600, '1h'], [3601, '1h 1s'], [3660, '1h 1m'], [7325, '2h 2m 5s'], [360000, '100h']],
  },
  {
    name: 'next-day', level: 'middle', params: ['year', 'month', 'day'], text: 'Gives the date after a date, as a list of year, month and day.',
    javascript: `
      const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
      const last = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
      if (day < last) return [year, month, day + 1];
      return month < 12 ? [year, month + 1, 1] : [year + 1, 1, 1];`,
    python: `
      leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
      last = (29 if leap else 28) if month == 2 else 30 if month in [4, 6, 9, 11] else 31
      if day < last:
          return [year, month, day + 1]
      return [year, month + 1, 1] if month < 12 else [year + 1, 1, 1]`,
    ruby: `
      leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      last = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
      return [year, month, day + 1] if day < last
      month < 12 ? [year, month + 1, 1] : [year + 1, 1, 1]`,
    cases: [[2023, 1, 1, [2023, 1, 2]], [2023, 1, 31, [2023, 2, 1]], [2023, 2, 28, [2023, 3, 1]], [2024, 2, 28, [2024, 2, 29]], [2024, 2, 29, [2024, 3, 1]], [1900, 2, 28, [1900, 3, 1]], [2000, 2, 28, [2000, 2, 29]], [2023, 4, 30, [2023, 5, 1]], [2023, 11, 30, [2023, 12, 1]], [2023, 12, 30, [2023, 12, 31]], [2023, 12, 31, [2024, 1, 1]]],
  },
];
