<?php // Receives notifications, and keeps each once: composer require standard-webhooks/standard-webhooks:dev-main

require 'vendor/autoload.php';

use StandardWebhooks\Exception\WebhookVerificationException;
use StandardWebhooks\Webhook;

$body = file_get_contents('php://input'); // as it came: the signature is over these bytes
$headers = array_change_key_case(getallheaders());
try {
    $webhook = new Webhook(getenv('WEBHOOK_SECRET')); // whsec_…, of this endpoint
    $webhook->verify($body, $headers); // throws unless it was signed within the last five minutes
} catch (WebhookVerificationException) {
    http_response_code(401); // anything but 2xx: it is sent again
    exit;
}
$file = getenv('INBOX') . "/{$headers['webhook-id']}.json";
if (!file_exists($file)) { // the same notification may come again
    $part = "$file." . bin2hex(random_bytes(8)) . '.part'; // it may even come twice at the same time
    if (file_put_contents($part, $body) !== strlen($body) || !rename($part, $file)) { // whole, or not at all
        http_response_code(500);
        exit;
    }
} // your own code works through the folder
http_response_code(204);
