import { createClient } from '@supabase/supabase-js';

const db = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_KEY!);

export async function suppers() {
  const { data, error } = await db.from('supper').select();
  if (error) throw new Error(`suppers: ${error.message}`, { cause: error });
  return data;
}

export async function addSupper(dish: string) {
  const { data } = await db.from('supper').insert({ dish }).select().single();
  return data;
}
