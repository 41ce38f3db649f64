// What the stories share: the calls that they answer otherwise, and the steps of a customer.

export const SESSION = 'GET /v1/session';
export const CHECK = 'POST /v1/domains/availability';
export const PLACE = 'POST /v1/orders';
export const LIST = 'GET /v1/orders';
export const SEARCH = 'Company name or domains';
export const COMPANY = 'Nordic Coffee';
export const GOING = 'Your domains are being set up';

export const searches = async (hand, text = COMPANY) => hand.type(SEARCH, text);
export const picks = async (hand) => {
  await searches(hand);
  await hand.press(/^Pick the first \d+ that fit|^Pick the first that fits/);
  await hand.sees(/Picked \(4 of 4\)/);
};
export const toPeople = async (hand) => {
  await picks(hand);
  await hand.press('Continue');
  await hand.sees('Who is sending?');
};
export const named = async (hand) => {
  await toPeople(hand);
  await hand.type(/^First name/, 'Sam');
  await hand.type(/^Last name/, 'Lee');
};
export const toReview = async (hand) => {
  await named(hand);
  await hand.press('Continue');
  await hand.sees('Review your order');
};
/** Picks all the names of a list, as many as the plan asks for. */
export const picksAll = async (hand, names, count) => {
  await hand.press('Paste a list');
  await hand.type('Your list of domains', names);
  await hand.press(new RegExp(`^Pick the first ${count} that fit`));
  await hand.sees(new RegExp(`Picked \\(${count} of ${count}\\)`));
};
/** From the picks to the review. */
export const continues = async (hand) => {
  await hand.press('Continue');
  await hand.type(/^First name/, 'Sam');
  await hand.type(/^Last name/, 'Lee');
  await hand.press('Continue');
  await hand.sees('Review your order');
};
export const places = async (hand) => {
  await toReview(hand);
  await hand.press('Place order');
};
