import { NextResponse } from 'next/server';
import { z } from 'zod';
import { addSupper, suppers } from '@/lib/db';

const body = z.object({ dish: z.string().min(1) });

export async function GET() {
  return NextResponse.json(await suppers());
}

export async function POST(request: Request) {
  const parsed = body.safeParse(await request.json());
  if (!parsed.success) return NextResponse.json({ error: 'malformed' }, { status: 400 });
  return NextResponse.json(await addSupper(parsed.data.dish), { status: 201 });
}
