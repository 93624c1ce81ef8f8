export const GET = async () => new Response('sent');
