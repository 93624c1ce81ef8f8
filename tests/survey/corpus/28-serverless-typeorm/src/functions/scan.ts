export const handler = async (event: { Records: { s3: { object: { key: string } } }[] }) => {
  for (const record of event.Records) console.log(JSON.stringify({ scan: record.s3.object.key }));
};
