exports.handler = async () => 'orders';
