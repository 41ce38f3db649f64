// A signup page without a framework: the script tag defines the element, this gives it its session.

const checkout = document.querySelector('peeker-checkout');
const thanks = document.getElementById('thanks');

checkout.addEventListener('peeker-ordered', ({ detail }) => {
  thanks.textContent = `Thank you. Your order is ${detail.id}.`;
  thanks.hidden = false;
});

const response = await fetch('/checkout-session', { method: 'POST' });
const { endpoint, token } = await response.json();
Object.assign(checkout, { endpoint, session: token });
