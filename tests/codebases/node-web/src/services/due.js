const LOAN_DAYS = 28;

/** The day a loan made now has to be back; a Sunday moves to Monday. */
export function dueDate(now) {
  const due = new Date(now);
  due.setUTCDate(due.getUTCDate() + LOAN_DAYS);
  if (due.getUTCDay() === 0) due.setUTCDate(due.getUTCDate() + 1);
  return due;
}
