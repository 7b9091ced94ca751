-- Revenue by month: nothing personal, nothing masked.
SELECT date_trunc('month', day) AS month, sum(orders) AS orders, sum(revenue) AS revenue
FROM shop.daily_sales
GROUP BY 1
ORDER BY 1;

-- Best-selling categories.
SELECT p.category, sum(i.quantity) AS sold, sum(i.quantity * i.unit_price) AS turnover
FROM shop.order_items i
JOIN shop.products p ON p.id = i.product_id
GROUP BY p.category
ORDER BY turnover DESC;
