exports.handler = async () => 'stock';
