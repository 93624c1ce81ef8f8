export default { title: 'Dish' };

export const Soup = () => <p>Soup</p>;
