<?php // Mints a session for a signed-in customer: composer require firebase/php-jwt

use Firebase\JWT\JWT;

function mint_session(string $customer, array $plan): string
{
    $claims = [
        'aud' => getenv('SESSION_AUDIENCE'), // peeker-checkout/test or peeker-checkout/live
        'sub' => $customer, // e-mail address or usr_… id
        'jti' => bin2hex(random_bytes(16)), // the session's id: one session places one order
        'iat' => time(),
        'exp' => time() + 30 * 60, // at most 24 hours
        'plan' => $plan, // ['bundle_id' => 'bun_…'], or licence counts
    ];
    return JWT::encode($claims, getenv('SESSION_KEY'), 'HS256', getenv('SESSION_KID'));
}
