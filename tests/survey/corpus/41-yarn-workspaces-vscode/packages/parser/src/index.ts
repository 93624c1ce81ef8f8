export type Result<T> = { ok: true; value: T } | { ok: false; error: SyntaxProblem };

export interface SyntaxProblem {
  line: number;
  message: string;
}

export interface Hop {
  name: string;
  alpha: number;
}

export function parse(text: string): Result<Hop[]> {
  const hops: Hop[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const m = /^(\w+)\s+([\d.]+)%$/.exec(line);
    if (!m) return { ok: false, error: { line: i + 1, message: 'expected NAME ALPHA%' } };
    hops.push({ name: m[1], alpha: Number(m[2]) });
  }
  return { ok: true, value: hops };
}
