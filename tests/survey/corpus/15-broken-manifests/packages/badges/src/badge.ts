export interface Badge {
  name: string;
  company?: string;
}

export function label(b: Badge): string {
  return b.company ? `${b.name} (${b.company})` : b.name;
}
