import { NextResponse } from 'next/server';

export async function DELETE(_request: Request, { params }: { params: { id: string } }) {
  return NextResponse.json({ gone: params.id });
}
