// Receives notifications, and keeps each once: npm install standardwebhooks
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET); // whsec_…, of this endpoint

createServer(async (request, response) => {
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString(); // as it came: the signature is over these bytes
    webhook.verify(body, request.headers); // throws unless it was signed within the last five minutes
    const file = `${process.env.INBOX}/${request.headers["webhook-id"]}.json`;
    if (!existsSync(file)) { // the same notification may come again
      writeFileSync(`${file}.part`, body);
      renameSync(`${file}.part`, file); // whole, or not at all; your own code works through the folder
    }
    response.writeHead(204).end();
  } catch (error) { // anything but 2xx: it is sent again
    response.writeHead(error instanceof WebhookVerificationError ? 401 : 500).end();
  }
}).listen(Number(process.env.PORT));
